// Sets a goal and gets its view, from what PROTOCOL.md says and nothing else. Prints one line of JSON.
// node client.mjs <address> <cookie> <room>

import { randomUUID } from "node:crypto";
import { io } from "socket.io-client";

const [address, cookie, room] = process.argv.slice(2);

function connect(toRoom) {
  return io(`${address}/room`, {
    transports: ["websocket"],
    auth: { room: toRoom },
    extraHeaders: { Cookie: cookie, Origin: address },
    reconnection: false,
    forceNew: true,
  });
}

function once(socket, event, fits = () => true) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event}`)), 10_000);
    socket.on(event, (data) => {
      if (fits(data)) {
        clearTimeout(timer);
        resolve(data);
      }
    });
  });
}

async function refusal(toRoom) {
  const socket = connect(toRoom);
  const error = await once(socket, "connect_error");
  socket.close();
  return error.data;
}

const socket = connect(room);
const goal = `Ask before telling (${randomUUID()})`;
const seen = once(socket, "room:view", (view) => view.goal === goal);
const [first, mine] = await Promise.all([once(socket, "room:view"), once(socket, "mine:view")]);

const action = { action_id: randomUUID(), text: goal };
const answer = await socket.timeout(10_000).emitWithAck("goal:set", action);
const view = await seen;
const again = await socket.timeout(10_000).emitWithAck("goal:set", action);
const invalid = await socket.timeout(10_000).emitWithAck("goal:set", { action_id: randomUUID() });
const ping = await socket.timeout(10_000).emitWithAck("clock:ping", { t: 42.5 });
const nowhere = await refusal("nowhere");
socket.close();

console.log(JSON.stringify({ goal, first, mine, answer, view, again, invalid, ping, nowhere }));
