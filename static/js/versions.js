// Which view is newer, and small messages laid over a view. Pure: a new object each time.

/** @param {{version: number} | null} shown @param {{version: number}} incoming @returns {boolean} */
export function isNewer(shown, incoming) {
  return !shown || incoming.version >= shown.version;
}

/** Small messages say what has happened since the view; one as old as the view is already in it. */
export function applies(shown, message) {
  return Boolean(shown) && (message.version === undefined || message.version > shown.version);
}

/** @returns {any[]} with the observation put in its place, or replaced */
export function withObservation(list, observation) {
  const others = (list ?? []).filter((each) => each.id !== observation.id);
  return [...others, observation].sort(byMoment);
}

/** @returns {any[]} */
export function withoutObservation(list, id) {
  return (list ?? []).filter((each) => each.id !== id);
}

/** In the order they were noticed: take, then second, then arrival. */
export function byMoment(a, b) {
  return (a.take ?? 0) - (b.take ?? 0) || (a.offset_s ?? 0) - (b.offset_s ?? 0) || String(a.at).localeCompare(String(b.at));
}

/** @returns {object} the view with one person's presence changed */
export function withPresence(view, { person, present }) {
  return { ...view, seats: view.seats.map((seat) => (seat.person === person ? { ...seat, present } : seat)) };
}

/** @returns {object} the view with a felt mark laid on card and trace */
export function withFeeling(view, { character, take, offset_s, value }) {
  const felt = [...(view.felt ?? []), { character, take, offset_s, value }];
  if (!view.card) return { ...view, felt };
  return { ...view, felt, card: { ...view.card, feeling: { ...view.card.feeling, [character]: value } } };
}

/** @returns {object} my own view with one entry of my journal, unless a later revision is there already */
export function withEntry(mine, { prompt, text, shared, revision, saved_at }) {
  if ((mine.journal?.[prompt]?.revision ?? 0) > revision) return mine;
  return { ...mine, journal: { ...mine.journal, [prompt]: { text, shared, revision, saved_at } } };
}

/** @returns {object} my own view with one saved entry, unless a later revision is there already */
export function withScore(mine, { entry, rating, not_observed, text, revision, saved_at }) {
  const card = mine.scorecard ?? { status: 'draft', entries: {} };
  if ((card.entries[entry]?.revision ?? 0) > revision) return mine;
  const saved = { rating, not_observed, text, revision, saved_at };
  return { ...mine, scorecard: { ...card, entries: { ...card.entries, [entry]: saved } } };
}
