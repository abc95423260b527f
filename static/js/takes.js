// Takes and moments of an encounter, worked out from what a seat was sent. Pure: nothing is shown that was not given.

/**
 * Each take with where it lies in the encounter.
 * @param {{number: number, offset_s: number, from_beat?: string | null, from_offset_s?: number | null}[]} takes @param {number} end seconds played
 */
export function spans(takes, end) {
  return takes.map((take, index) => {
    const until = Math.max(take.offset_s, takes[index + 1]?.offset_s ?? end);
    return { ...take, until, length_s: until - take.offset_s };
  });
}

/** What of these belongs to a take. @param {{take: number}[] | undefined} things */
export const inTake = (things, number) => (things ?? []).filter((each) => each.take === number);

/**
 * One character's felt marks over a take: a mark made before it still holds as it begins.
 * @returns {{first: number, last: number, points: {offset_s: number, value: number}[]} | null} offsets from the take's beginning
 */
export function feltOver(marks, { offset_s: start, until }) {
  const sorted = [...marks].sort((a, b) => a.offset_s - b.offset_s);
  const held = sorted.filter((each) => each.offset_s <= start).at(-1);
  const within = sorted.filter((each) => each.offset_s > start && each.offset_s <= until);
  const points = [...(held ? [{ offset_s: 0, value: held.value }] : []), ...within.map((each) => ({ offset_s: each.offset_s - start, value: each.value }))];
  return points.length ? { first: points[0].value, last: points.at(-1).value, points } : null;
}

/** How often each marker was tapped in a take. @returns {[string, number][]} the first tapped first */
export function tally(notes) {
  const counts = new Map();
  notes.filter((each) => each.kind === 'marker').forEach(({ marker }) => counts.set(marker, (counts.get(marker) ?? 0) + 1));
  return [...counts];
}

/** @param {{offset_s: number | null}[]} notes @param {number} at @param {number} [within] seconds @returns {any[]} those near a moment, in their order */
export function near(notes, at, within = 15) {
  return notes.filter((each) => each.offset_s !== null && Math.abs(each.offset_s - at) <= within);
}
