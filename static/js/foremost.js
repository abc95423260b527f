// What to look at first: the rubric's items that the learner's own goal speaks of. Pure.

/** The word stems a goal and an item of the rubric have in common. @returns {number} */
function shared(goal, text) {
  const of = (words) => new Set((words.toLowerCase().match(/\p{L}{5,}/gu) ?? []).filter((word) => !COMMON.has(word)).map((word) => word.slice(0, 5)));
  const wanted = of(goal);
  return [...of(text)].filter((stem) => wanted.has(stem)).length;
}
const COMMON = new Set(['about', 'after', 'again', 'before', 'giving', 'their', 'there', 'these', 'thing', 'things', 'what', 'when', 'where', 'which', 'while', 'would', 'could', 'should', 'person', 'learner', 'patient']);

/**
 * The rubric's items that a goal speaks of: its title says most, so a match there is enough; two at most.
 * @param {string | null} goal @param {{id: string, title: string, text: string}[]} items @returns {string[]} ids
 */
export function goalItems(goal, items) {
  return items.map((item) => ({ id: item.id, score: 2 * shared(goal ?? '', item.title) + shared(goal ?? '', item.text) }))
    .filter(({ score }) => score >= 2).sort((a, b) => b.score - a.score).slice(0, 2).map(({ id }) => id);
}

/** Those first, the rest in their order. @param {any[]} things @param {(each: any) => boolean} wanted */
export const foremost = (things, wanted) => [...things.filter(wanted), ...things.filter((each) => !wanted(each))];
