// Makes preact.js and socket.io.js of the npm packages that package.json names, without what pallpractice never uses.
// For whoever updates them; nothing else needs Node's packages. In a copy of this folder, with the npm registry in reach:
//
//   npm install --ignore-scripts && node build.mjs OUTPUT_FOLDER
//
// The files are the packages' own code, joined by Rollup, which leaves out what no one asks for. It prints their sha256,
// to be those of ../manifest.json.

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import resolve from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';

/** What static/js asks for. To use another hook, name it here and build anew. */
const FILES = {
  'preact.js': `
    import '@preact/signals'; // teaches Preact to follow signals
    export { h, render } from 'preact';
    export { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
    export { batch, computed, effect, signal } from '@preact/signals-core';`,
  'socket.io.js': "export { io } from 'socket.io-client';",
};

/** The room speaks text over WebSocket, and its server takes nothing else: these modules would bring the other ways. */
const WITHOUT = {
  'engine.io-client/build/esm/transports/index.js': `
    import { WS } from './websocket.node.js';
    export const transports = { websocket: WS };`,
  'socket.io-parser/build/esm/is-binary.js': `
    export const isBinary = () => false;
    export const hasBinary = () => false;`,
  'socket.io-parser/build/esm/binary.js': `
    export const deconstructPacket = (packet) => ({ packet, buffers: [] });
    export const reconstructPacket = (packet) => packet;`,
};

const sources = {
  name: 'sources',
  resolveId: (id) => (id in FILES ? id : null),
  load: (id) => FILES[id] ?? WITHOUT[Object.keys(WITHOUT).find((path) => id.endsWith(path))] ?? null,
};

for (const name of Object.keys(FILES)) {
  const bundle = await rollup({ input: name, plugins: [sources, resolve({ browser: true })], onwarn: (told) => { throw new Error(told.message); } });
  const { output: [{ code }] } = await bundle.generate({ format: 'es' });
  writeFileSync(join(process.argv[2], name), code);
  console.log(createHash('sha256').update(code).digest('hex'), name);
}
