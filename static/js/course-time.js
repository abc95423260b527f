// Hours of the programme, as the course's own clock has them, wherever a page is read. Pure.

import { language } from './translated.js';

/** @param {string} at ISO 8601 @param {string} zone an IANA name */
export function courseTime(at, zone) {
  return new Intl.DateTimeFormat(language, { timeZone: zone, timeStyle: 'short' }).format(new Date(at));
}

/** What the zone is called on that day, "EDT". English has the most names; they are known by these. @param {string} at @param {string} zone */
export function zoneName(at, zone) {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'short' }).formatToParts(new Date(at));
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
}
