// What people read, in the page's language. English is what the scripts say: `t('{name} is here.', { name })`. A page in
// another language names, on <html data-words>, a file with that language's sentences; modules that import this one wait
// for it, and so may say their words at once, in constants too. English pages ask for nothing. `make words` finds the
// sentences by `t(` and `tn(`: write them out there, and give what varies by name.

const root = globalThis.document?.documentElement;

/** The page's language, as Intl takes it. */
export const language = root?.lang || 'en-GB';

/** @typedef {{words: Record<string, string | string[]>, plurals: Record<string, number>}} Catalogue */

/** The two sayings of one catalogue. @param {Catalogue | null} catalogue null is English @param {string} [tag] */
export function speaking(catalogue, tag = 'en-GB') {
  const rules = new Intl.PluralRules(tag);
  const found = (one) => {
    const words = catalogue?.words[one];
    return Array.isArray(words) ? words : words && [words];
  };
  return {
    t: (message, values) => filled(found(message)?.[0] || message, values),
    tn: (one, many, n, values) => {
      const forms = found(one);
      const form = forms?.[catalogue.plurals[rules.select(n)]];
      return filled(form || (n === 1 ? one : many), { n, ...values });
    },
  };
}

const filled = (words, values) => (values ? words.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place)) : words);

const said = speaking(root?.dataset?.words ? await fetched(root.dataset.words) : null, language);

/** The sentence in the page's language, with its {places} filled. @type {(message: string, values?: object) => string} */
export const t = said.t;

/** The sentence that goes by a number, {n}. @type {(one: string, many: string, n: number, values?: object) => string} */
export const tn = said.tn;

/** One after the other, as the language lists them: "a, b, c". @param {string[]} items */
export const listed = (items) => new Intl.ListFormat(language, { type: 'unit' }).format(items);

/** @returns {Promise<Catalogue | null>} English, if the words can't be had: a room must open all the same. */
async function fetched(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
