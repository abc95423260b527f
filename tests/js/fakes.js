// Fakes for the pure modules: a storage, and time that moves when told.

export class FakeStorage {
  constructor() { this.map = new Map(); }
  get length() { return this.map.size; }
  key(index) { return [...this.map.keys()][index] ?? null; }
  getItem(key) { return this.map.get(key) ?? null; }
  setItem(key, value) { this.map.set(key, String(value)); }
  removeItem(key) { this.map.delete(key); }
}

export class FakeTime {
  constructor(now = 1_000_000) { this.t = now; this.timers = []; this.now = () => this.t; }
  later = (run, ms) => { const timer = { at: this.t + ms, run }; this.timers.push(timer); return timer; };
  cancel = (timer) => { this.timers = this.timers.filter((each) => each !== timer); };
  async pass(ms) {
    const until = this.t + ms;
    for (;;) {
      const next = this.timers.filter((each) => each.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.cancel(next);
      this.t = Math.max(this.t, next.at);
      next.run();
      await settled();
    }
    this.t = until;
  }
}

/** Let promises that are already kept run on. */
export async function settled() {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
