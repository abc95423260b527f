// The words of the room, in one place: seats, phases, turns, reasons. What a seat does in each phase, its own part says.

import { t } from './translated.js';

export const SEATS = {
  learner: { word: t('Learner'), shape: '●' },
  patient: { word: t('Patient'), shape: '▲' },
  observer: { word: t('Observer'), shape: '■' },
  coach: { word: t('Coach'), shape: '◆' },
  organiser: { word: t('Organiser'), shape: '○' },
};

export const PHASES = [
  ['lobby', t('Lobby')], ['briefing', t('Briefing')], ['encounter', t('Encounter')], ['notes', t('Notes')],
  ['debrief', t('Debrief')], ['close', t('Close')],
];

export const PHASE_SAID = {
  lobby: t('You are in the lobby.'),
  briefing: t('The briefing has begun.'),
  encounter: t('The encounter is running.'),
  time_out: t('Time-out. The clock is stopped.'),
  notes: t('The encounter has ended. Notes: a few quiet minutes.'),
  debrief: t('The debrief is open.'),
  close: t('The round is closing.'),
};

export const TURNS = ['learner', 'observers', 'patient', 'coach'];
export const TURN_WORDS = { learner: t('the learner'), observers: t('the observers'), patient: t('the patient'), coach: t('the coach') };
export const TURN_SEAT = { learner: 'learner', observers: 'observer', patient: 'patient', coach: 'coach' };

export const REASONS = {
  stuck: t('Stuck'), emotion: t('Strong emotion'), success: t('That went well'), welfare: t('Welfare'), technical: t('Technical'),
};

export const TIERS = [
  ['volunteered', t('Tell freely')], ['if_asked', t('Only if asked')], ['after_empathy', t('Only after empathy')], ['withheld', t('Keep back')],
];

export const JUDGEMENTS = { keep: t('Keep'), try: t('Try') };
export const KINDS = { verbatim: t('Words'), marker: t('Marker'), note: t('Note'), moment: t('Moment') };

export const ENDED = {
  signed_out: [t('You are signed out'), t('You signed out, here or in another window. What was saved is kept.')],
  removed: [t('You are no longer in this room'), t('An organiser has taken you out of this room. What was saved is kept. If that is a surprise, write in the meeting’s chat.')],
  moved: [t('You are moving to another room'), t('An organiser has moved you. What you wrote here is kept.')],
  replaced: [t('This room is open in too many windows'), t('It goes on in the window you opened last.')],
  not_signed_in: [t('You are signed out'), t('Sign in again to come back to the room.')],
  not_found: [t('This room is not open to you'), t('You may have been moved while you were away. Your rooms show where your place is now.')],
  too_many: [t('This room is open in too many windows'), t('Close one of the others, then try again.')],
  invalid: [t('This room could not be opened'), t('Go to your rooms and come in again.')],
};
