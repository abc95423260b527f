import assert from 'node:assert/strict';
import test from 'node:test';
import { courseTime, zoneName } from '../../static/js/course-time.js';

test('an hour of the programme is the course’s own, wherever it is read', () => {
  assert.equal(courseTime('2026-05-14T15:15:00Z', 'America/New_York'), '11:15');
  assert.equal(courseTime('2026-05-14T22:30:00Z', 'Asia/Tokyo'), '07:30');
});

test('its zone goes by the name people know', () => {
  assert.equal(zoneName('2026-05-14T17:00:00Z', 'America/New_York'), 'EDT');
  assert.equal(zoneName('2026-01-14T17:00:00Z', 'America/New_York'), 'EST');
});
