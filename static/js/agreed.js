// The group's agreement where it is only read: a fold among other things.

import { view } from './store.js';
import { t } from './translated.js';
import { Fold, html, List } from './ui.js';

export function Agreed() {
  const lines = view.value.agreement ?? [];
  if (!lines.length) return null;
  return html`<${Fold} title=${t('What your group has agreed ({n})', { n: lines.length })}><${List} items=${lines.map((each) => each.text)} /><//>`;
}
