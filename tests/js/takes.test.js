import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeFrom } from '../../static/js/clock.js';
import { foremost, goalItems } from '../../static/js/foremost.js';
import { feltOver, inTake, near, spans, tally } from '../../static/js/takes.js';

const TAKES = [{ number: 1, offset_s: 0 }, { number: 2, offset_s: 220.5, from_offset_s: 100 }];

test('a take lasts until the next begins, and the last until the encounter ends', () => {
  assert.deepEqual(spans(TAKES, 400).map(({ until, length_s }) => [until, length_s]), [[220.5, 220.5], [400, 179.5]]);
});

test('a take that has only just begun is never shorter than nothing', () => {
  assert.equal(spans(TAKES, 200)[1].length_s, 0);
});

test('what was felt before a take still holds as it begins', () => {
  const marks = [{ offset_s: 30, value: 4 }, { offset_s: 210, value: 2 }, { offset_s: 300.5, value: 7 }];
  const [first, second] = spans(TAKES, 400);
  assert.deepEqual(feltOver(marks, first), { first: 4, last: 2, points: [{ offset_s: 30, value: 4 }, { offset_s: 210, value: 2 }] });
  assert.deepEqual(feltOver(marks, second), { first: 2, last: 7, points: [{ offset_s: 0, value: 2 }, { offset_s: 80, value: 7 }] });
  assert.equal(feltOver([], first), null);
});

test('markers are counted by take, words are not markers', () => {
  const notes = [{ take: 1, kind: 'marker', marker: 'a' }, { take: 2, kind: 'marker', marker: 'b' }, { take: 2, kind: 'marker', marker: 'b' }, { take: 2, kind: 'verbatim' }];
  assert.deepEqual(tally(inTake(notes, 2)), [['b', 2]]);
  assert.deepEqual(inTake(undefined, 1), []);
});

test('near a moment is a quarter of a minute on either side', () => {
  const notes = [{ offset_s: 10 }, { offset_s: 25 }, { offset_s: 41 }, { offset_s: null }];
  assert.deepEqual(near(notes, 25), [{ offset_s: 10 }, { offset_s: 25 }]);
});

test('a take says where it began as far as a seat was told', () => {
  const title = (beat) => ({ word: 'The word' })[beat];
  assert.equal(takeFrom({ number: 2, from_offset_s: 220 }, title), 'Take 2, from 3:40');
  assert.equal(takeFrom({ number: 2, from_offset_s: 0 }, title), 'Take 2, from 0:00');
  assert.equal(takeFrom({ number: 3, from_beat: 'word', from_offset_s: null }, title), 'Take 3, from the beat “The word”');
  assert.equal(takeFrom({ number: 3, from_beat: null, from_offset_s: null }, title), 'Take 3');
});

test('a goal points at the items it speaks of, by title before text', () => {
  const items = [
    { id: 'opening', title: 'Opens and sets the frame', text: 'Says who they are before giving news' },
    { id: 'emotion', title: 'Meets the emotion', text: 'Notices a feeling and stays with it' },
    { id: 'pace', title: 'Goes in small steps and checks', text: 'Gives information in small pieces' },
  ];
  assert.deepEqual(goalItems('Stay with the emotion before giving information', items), ['emotion']);
  assert.deepEqual(goalItems(null, items), []);
});

test('what is wanted comes first and nothing else changes place', () => {
  assert.deepEqual(foremost([1, 2, 3, 4], (each) => each % 2 === 0), [2, 4, 1, 3]);
});
