// Sentences that hold more than words: their translation says where the marked words and the places go.

import { html } from './ui.js';

const PART = /<(\w+)>(.*?)<\/\1>|\{(\w+)\}/g;

const TAGS = {
  strong: (inside) => html`<strong>${inside}</strong>`,
  hint: (inside) => html`<span class="hint">${inside}</span>`,
  hidden: (inside) => html`<span class="visually-hidden">${inside}</span>`, // words for those who don't see what it is about
};

/**
 * The sentence of `t('<strong>{name}</strong> in {room}')`, given here what goes into its places: a value with a `<` in
 * it stays what it is.
 * @param {string} sentence @param {Object<string, any>} [values] words and parts of a page by place, and
 *   `(inside) => part` by tag
 * @returns {any[]}
 */
export function rich(sentence, values = {}) {
  const parts = [];
  let from = 0;
  for (const { index, 0: whole, 1: tag, 2: inside, 3: place } of sentence.matchAll(PART)) {
    parts.push(sentence.slice(from, index), tag ? (values[tag] ?? TAGS[tag])(rich(inside, values)) : values[place]);
    from = index + whole.length;
  }
  return [...parts, sentence.slice(from)];
}
