// The words of the room, in one place: seats, phases, turns, reasons, and what each seat does in each phase.

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

export const PHASE_WORDS = {
  lobby: t('In the lobby'), briefing: t('Briefing'), encounter: t('Encounter'), time_out: t('Time-out'), notes: t('Writing notes'),
  debrief: t('Debrief'), close: t('Round closed'),
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

/** For each phase and seat: the heading of "my panel", and the one thing to do next. */
export const STEPS = {
  lobby: {
    learner: [t('You will be in the chair'), t('Join the meeting and say hello. You may already write the goal you want to work on.')],
    patient: [t('You will play the patient'), t('Read the script when it is there. You may decline a case: tell your coach.')],
    observer: [t('You will observe'), t('Join the meeting and say hello. This page goes on by itself when your coach starts the round.')],
    coach: [t('Welcome your group'), t('When everyone is here, start the round.')],
    organiser: [t('Visiting the lobby'), t('Start the round if the coach needs a hand.')],
  },
  briefing: {
    learner: [t('Before you begin'), t('Read the brief, write one goal, then say you are ready.')],
    patient: [t('Step towards the part'), t('Read the script, have the opening line in mind, then say you are ready.')],
    observer: [t('Choose what to watch'), t('Read the brief and goal, pick up to three things, then say you are ready.')],
    coach: [t('Before you begin'), t('When the lights are on, begin the encounter.')],
    organiser: [t('Briefing'), t('They are reading the brief. The coach begins the encounter.')],
  },
  encounter: {
    learner: [t('You are in the conversation'), t('Talk with the patient. Stop the clock whenever it helps.')],
    patient: [t('Play from the card'), t('Mark what you tell, and how heard you feel.')],
    observer: [t('Watch and catch'), t('Catch exact words and tap what you see. Everything is saved as you go.')],
    coach: [t('Watch and catch'), t('Stop at a stuck point, a strong emotion or a success.')],
    organiser: [t('Encounter'), t('The conversation is running.')],
  },
  time_out: {
    learner: [t('Time-out'), t('Say what is hard just now, and where you want to get to.')],
    patient: [t('Hold where you are'), t('Stay as you are, in silence. Step out of role if you need to.')],
    observer: [t('Time-out'), t('Offer one idea, if you are asked.')],
    coach: [t('Time-out'), t('Ask these two aloud. Then resume, or rewind and play it again.')],
    organiser: [t('Time-out'), t('The clock is stopped.')],
  },
  notes: {
    learner: [t('Rate yourself first'), t('A few quiet minutes. No one sees this before you submit it.')],
    patient: [t('How was it?'), t('Say how it felt as the character, then submit.')],
    observer: [t('Finish your notes'), t('Finish the rubric, write one thing to keep and one to try, then submit.')],
    coach: [t('Finish your notes'), t('Finish and submit yours. Open the debrief when the others have.')],
    organiser: [t('Notes'), t('Everyone is writing quietly.')],
  },
  debrief: {
    learner: [t('Debrief'), t('You speak first. What others noticed opens as each turn comes.')],
    patient: [t('Debrief'), t('On your turn, speak as yourself: “when you …, I felt …”.')],
    observer: [t('Debrief'), t('On your turn, say one thing to keep and one to try, with the words you caught.')],
    coach: [t('Debrief'), t('Pass the turn when each has spoken. The learner always goes first.')],
    organiser: [t('Debrief'), t('They are talking it over.')],
  },
  close: {
    learner: [t('One next step'), t('Write one thing you will try next time. Your report is ready.')],
    patient: [t('Step out of role'), t('Go through the steps, one by one. Thank you for playing.')],
    observer: [t('What you take home'), t('Write down one thing for your own practice, if you like.')],
    coach: [t('Close the round'), t('Thank everyone, then start the next round.')],
    organiser: [t('Close'), t('The round has ended. The next can be started.')],
  },
};
