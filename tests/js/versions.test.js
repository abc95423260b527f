// Small messages laid over a view.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNewer, withEntry } from '../../static/js/versions.js';

const saved = (revision, text) => ({ prompt: 'stayed', text, shared: 'nobody', revision, saved_at: '2026-05-14T15:20:00.000Z' });

test('an entry of the journal gives way to a later revision only', () => {
  const first = withEntry({ version: 1 }, saved(2, 'two'));
  assert.equal(first.journal.stayed.text, 'two');
  assert.equal(withEntry(first, saved(1, 'one')).journal.stayed.text, 'two');
  assert.equal(withEntry(first, saved(3, 'three')).journal.stayed.text, 'three');
  assert.equal(first.journal.stayed.text, 'two');
});

test('of two views with the same version the later stands', () => {
  assert.equal(isNewer({ version: 4 }, { version: 4 }), true);
  assert.equal(isNewer({ version: 4 }, { version: 3 }), false);
});
