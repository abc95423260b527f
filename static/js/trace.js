// A felt trace as coordinates: a mark holds until the next one. Pure.

/**
 * @param {{offset_s: number, value: number}[]} points @param {number} length seconds @param {number} width @param {number} height
 * @returns {{line: string, dots: [number, number][]}}
 */
export function traceLine(points, length, width, height) {
  const sorted = [...points].sort((a, b) => a.offset_s - b.offset_s);
  const dots = sorted.map((each) => [across(each.offset_s, length, width), round(height - (each.value / 10) * height)]);
  const steps = dots.flatMap(([x, y], index) => (index ? [[x, dots[index - 1][1]], [x, y]] : [[x, y]]));
  if (dots.length) steps.push([width, dots.at(-1)[1]]);
  return { line: steps.map((step) => step.join(',')).join(' '), dots };
}

function across(offset, length, width) {
  return length > 0 ? round(Math.min(1, Math.max(0, offset / length)) * width) : 0;
}

function round(number) {
  return Math.round(number * 10) / 10;
}
