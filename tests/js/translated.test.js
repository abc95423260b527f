import assert from 'node:assert/strict';
import { test } from 'node:test';

import { speaking, t, tn } from '../../static/js/translated.js';

const SPANISH = {
  words: {
    '{name} is here.': '{name} está aquí.',
    '{n} note by {name}': ['{n} nota de {name}', '{n} notas de {name}'],
    Lobby: 'Sala de espera',
    'Not done yet': '',
  },
  plurals: { one: 0, many: 1, other: 1 },
};
const spanish = speaking(SPANISH, 'es');

test('without a catalogue it is the English that the script says', () => {
  assert.equal(t('Lobby'), 'Lobby');
  assert.equal(t('{name} is here.', { name: 'Lena' }), 'Lena is here.');
  assert.equal(tn('{n} note', '{n} notes', 1), '1 note');
  assert.equal(tn('{n} note', '{n} notes', 0), '0 notes');
});

test('with one it is that language, by name and by number', () => {
  assert.equal(spanish.t('Lobby'), 'Sala de espera');
  assert.equal(spanish.t('{name} is here.', { name: 'Lena' }), 'Lena está aquí.');
  const notes = (n) => spanish.tn('{n} note by {name}', '{n} notes by {name}', n, { name: 'Lena' });
  assert.equal(notes(1), '1 nota de Lena');
  assert.equal(notes(2), '2 notas de Lena');
  assert.equal(notes(1_000_000), '1000000 notas de Lena');
});

test('what the catalogue has not, or has empty, stays English', () => {
  assert.equal(spanish.t('Board'), 'Board');
  assert.equal(spanish.t('Not done yet'), 'Not done yet');
  assert.equal(spanish.tn('{n} room', '{n} rooms', 2), '2 rooms');
});

test('a value is never taken for words, nor for a place', () => {
  assert.equal(spanish.t('{name} is here.', { name: '{name} $& Lobby' }), '{name} $& Lobby está aquí.');
  assert.equal(t('{who} and {name}', { name: 'Sam' }), '{who} and Sam');
});

test('three forms go by the categories of their language', () => {
  const polish = speaking({ words: { '{n} note': ['{n} notatka', '{n} notatki', '{n} notatek'] }, plurals: { one: 0, few: 1, many: 2, other: 2 } }, 'pl');
  assert.deepEqual([1, 3, 5].map((n) => polish.tn('{n} note', '{n} notes', n)), ['1 notatka', '3 notatki', '5 notatek']);
});
