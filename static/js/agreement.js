// The group's agreement, edited together. A line is changed as it was shown: who was slower sees both and chooses.

import { signal, useEffect, useRef, useState } from '../vendor/preact.js';
import { draft, draftKeys } from './drafts.js';
import { act, announce, may, view } from './store.js';
import { t } from './translated.js';
import { Button, html, Icon } from './ui.js';

const LONGEST = 200;
const UNDO_MS = 10_000;

/** What I am changing: {line id: {text, seen}}. Kept on the device too, so that a reload loses no words. */
const edits = signal(null);
const removed = signal([]);
const lines = () => view.value.agreement ?? [];
const keep = (id) => draft(`agreement:${id}`);

function myEdits() {
  if (!edits.peek()) edits.value = Object.fromEntries(draftKeys().filter((key) => /^agreement:(?!new$)/.test(key)).map((key) => [key.slice(10), draft(key).read()]));
  return edits.value;
}

function edit(id, now) {
  const others = Object.fromEntries(Object.entries(myEdits()).filter(([each]) => each !== id));
  edits.value = now ? { ...others, [id]: now } : others;
  if (now) keep(id).write(now);
  else keep(id).clear();
}

export function Agreement() {
  const mine = myEdits();
  const standing = new Set(lines().map((each) => each.id));
  const gone = Object.entries(mine).filter(([id]) => !standing.has(id));
  const editable = may('agreement:edit');
  return html`
    ${lines().length === 0 && html`<p class="empty"><strong>${t('Nothing agreed yet.')}</strong> ${editable ? t('Take over a line from below, or write your own. Everyone here can.') : t('The group writes it together here.')}</p>`}
    <ol class="agreement">${lines().map((line) => (mine[line.id] ? html`<${Editing} key=${line.id} line=${line} now=${mine[line.id]} />` : html`<${Line} key=${line.id} line=${line} editable=${editable} />`))}</ol>
    ${gone.map(([id, now]) => html`<${Gone} key=${id} id=${id} text=${now.text} />`)}
    ${removed.value.map((each) => html`<${Undo} key=${each.id} line=${each} />`)}
    ${editable && html`<${Add} /><${Starters} />`}`;
}

function Line({ line, editable }) {
  const change = () => edit(line.id, { text: line.text, seen: line.revision });
  async function remove() {
    const answer = await act('agreement:remove', { id: line.id, seen: line.revision });
    if (!answer.ok) return;
    removed.value = [...removed.value, { id: line.id, text: line.text }];
    announce(t('Line removed. You can undo it below the list.'));
    setTimeout(() => { removed.value = removed.value.filter((each) => each.id !== line.id); }, UNDO_MS);
  }
  return html`<li class="agreement-line"><p>${line.text}</p>
    ${editable && html`<div class="line-tools"><button type="button" class="link" id=${`edit-${line.id}`} onClick=${change}>${t('Edit')}<span class="visually-hidden"> ${line.text}</span></button>
      <button type="button" class="link" onClick=${remove}>${t('Remove')}<span class="visually-hidden"> ${line.text}</span></button></div>`}</li>`;
}

function Undo({ line }) {
  async function undo() {
    const answer = await act('agreement:restore', { id: line.id });
    if (answer.ok) removed.value = removed.value.filter((each) => each.id !== line.id);
  }
  return html`<div class="callout undo"><p>${t('Removed: “{line}”', { line: line.text })}</p><${Button} onPress=${undo}>${t('Undo')}<//></div>`;
}

function Editing({ line, now }) {
  const box = useRef(null);
  const [problem, setProblem] = useState('');
  useEffect(() => box.current?.focus(), []);
  const other = line.revision !== now.seen;
  const leave = () => {
    edit(line.id, null);
    requestAnimationFrame(() => document.getElementById(`edit-${line.id}`)?.focus());
  };
  async function save() {
    setProblem('');
    const answer = await act('agreement:edit', { id: line.id, text: now.text, seen: now.seen }, { quiet: true });
    if (answer.ok) leave();
    else if (answer.error.code !== 'stale') setProblem(answer.error.message);
  }
  return html`<li class="agreement-line editing"><div class="field"><label for=${`line-${line.id}`}>${t('Change this line')}</label>
    <textarea id=${`line-${line.id}`} ref=${box} rows="2" maxlength=${LONGEST} value=${now.text} onInput=${(event) => edit(line.id, { ...now, text: event.target.value })}></textarea></div>
    ${problem && html`<p class="callout danger" role="alert">${problem}</p>`}
    ${other ? html`<${Changed} line=${line} mine=${now} leave=${leave} />`
    : html`<div class="actions"><${Button} kind="primary" onPress=${save}>${t('Save the line')}<//><${Button} onPress=${leave}>${t('Cancel')}<//></div>`}</li>`;
}

/** Someone was faster. Mine goes again only when I say so, over the words I have now seen. */
function Changed({ line, mine, leave }) {
  const mineAgain = async () => {
    const answer = await act('agreement:edit', { id: line.id, text: mine.text, seen: line.revision });
    if (answer.ok) leave();
  };
  return html`<div class="callout warn" role="alert"><p><strong>${t('Changed by {name} meanwhile.', { name: line.name })}</strong> ${t('It now says:')}</p><blockquote>${line.text}</blockquote>
    <div class="actions"><${Button} onPress=${mineAgain}>${t('Put mine in its place')}<//><${Button} onPress=${leave}>${t('Leave it as it is')}<//></div></div>`;
}

/** I was changing a line that has been removed: my words are not lost with it. */
function Gone({ id, text }) {
  async function addIt() {
    const answer = await act('agreement:add', { text });
    if (answer.ok) edit(id, null);
  }
  return html`<div class="callout warn" role="alert"><p><strong>${t('The line you were changing has been removed meanwhile.')}</strong> ${t('Your words:')}</p><blockquote>${text}</blockquote>
    <div class="actions"><${Button} onPress=${addIt}>${t('Add them as a line')}<//><${Button} onPress=${() => edit(id, null)}>${t('Let them go')}<//></div></div>`;
}

function Add() {
  const [text, setText] = useState(() => keep('new').read() ?? '');
  const [problem, setProblem] = useState('');
  const type = (words) => {
    setText(words);
    if (words) keep('new').write(words);
    else keep('new').clear();
  };
  async function add(event) {
    event?.preventDefault();
    if (!text.trim()) return;
    setProblem('');
    const answer = await act('agreement:add', { text: text.trim() }, { quiet: true });
    if (answer.ok) type('');
    else setProblem(answer.error.message);
  }
  return html`<form class="add-line" onSubmit=${add}><div class="field"><label for="line-new">${t('Add a line')}</label>
    <input type="text" id="line-new" maxlength=${LONGEST} value=${text} autocomplete="off" onInput=${(event) => type(event.target.value)} /></div>
    <button type="submit" class="button"><${Icon} name="check" /><span>${t('Add')}</span></button></form>
    ${problem && html`<p class="callout danger" role="alert">${problem}</p>`}`;
}

function Starters() {
  const standing = new Set(lines().map((each) => each.text.toLowerCase()));
  const left = (view.value.starters ?? []).filter((each) => !standing.has(each.toLowerCase()));
  if (!left.length) return null;
  return html`<div class="starters" role="group" aria-labelledby="starters-title"><h3 id="starters-title">${t('Lines you may take over')}</h3>
    <ul class="starter-list">${left.map((text) => html`<li key=${text}><p>${text}</p><${Button} onPress=${() => act('agreement:add', { text })}>${t('Take it over')}<span class="visually-hidden"> ${text}</span><//></li>`)}</ul></div>`;
}
