// htm bound to Preact, in one place: there may be only one Preact on the page.
import htm from '../vendor/htm.js';
import { h } from '../vendor/preact.js';

export const html = htm.bind(h);
