// Sentences with marked words in them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rich } from '../../static/js/rich.js';

/** Parts of a page as one would read them. */
const read = (part) => {
  if (Array.isArray(part)) return part.map(read).join('');
  return part?.type ? `[${part.type}: ${read(part.props.children)}]` : String(part ?? '');
};

test('places and marked words go where the sentence has them', () => {
  const shown = rich('<strong>{name}</strong> in {room}, <hidden>at {time}</hidden>.', { name: 'Lena', room: 'Elm', time: '12:05' });
  assert.equal(read(shown), '[strong: Lena] in Elm, [span: at 12:05].');
});

test('a sentence gives its own tag a part, and a value is never taken for a tag or a place', () => {
  const shown = rich('<link>My {what}</link>: {name}', { link: (inside) => ({ type: 'a', props: { children: inside } }), what: 'rooms', name: '<strong>{what}</strong>' });
  assert.equal(read(shown), '[a: My rooms]: <strong>{what}</strong>');
});
