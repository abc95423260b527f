// The words of the room, in one place: seats, phases, turns, reasons, and what each seat does in each phase.

export const SEATS = {
  learner: { word: 'Learner', shape: '●' },
  patient: { word: 'Patient', shape: '▲' },
  observer: { word: 'Observer', shape: '■' },
  coach: { word: 'Coach', shape: '◆' },
  organiser: { word: 'Organiser', shape: '○' },
};

export const PHASES = [
  ['lobby', 'Lobby'], ['briefing', 'Briefing'], ['encounter', 'Encounter'], ['notes', 'Notes'],
  ['debrief', 'Debrief'], ['close', 'Close'],
];

export const PHASE_SAID = {
  lobby: 'You are in the lobby.',
  briefing: 'The briefing has begun.',
  encounter: 'The encounter is running.',
  time_out: 'Time-out. The clock is stopped.',
  notes: 'The encounter has ended. Notes: a few quiet minutes.',
  debrief: 'The debrief is open.',
  close: 'The round is closing.',
};

export const PHASE_WORDS = {
  lobby: 'In the lobby', briefing: 'Briefing', encounter: 'Encounter', time_out: 'Time-out', notes: 'Writing notes',
  debrief: 'Debrief', close: 'Round closed',
};

export const TURNS = ['learner', 'observers', 'patient', 'coach'];
export const TURN_WORDS = { learner: 'the learner', observers: 'the observers', patient: 'the patient', coach: 'the coach' };
export const TURN_SEAT = { learner: 'learner', observers: 'observer', patient: 'patient', coach: 'coach' };

export const REASONS = {
  stuck: 'Stuck', emotion: 'Strong emotion', success: 'That went well', welfare: 'Welfare', technical: 'Technical',
};

export const TIERS = [
  ['volunteered', 'Tell freely'], ['if_asked', 'Only if asked'], ['after_empathy', 'Only after empathy'], ['withheld', 'Keep back'],
];

export const JUDGEMENTS = { keep: 'Keep', try: 'Try' };
export const KINDS = { verbatim: 'Words', marker: 'Marker', note: 'Note', moment: 'Moment' };

export const ENDED = {
  signed_out: ['You are signed out', 'You signed out, here or in another window. What was saved is kept.'],
  removed: ['You are no longer in this room', 'An organiser has taken you out of this room. What was saved is kept. If that is a surprise, write in the meeting’s chat.'],
  moved: ['You are moving to another room', 'An organiser has moved you. What you wrote here is kept.'],
  replaced: ['This room is open in too many windows', 'It goes on in the window you opened last.'],
  not_signed_in: ['You are signed out', 'Sign in again to come back to the room.'],
  not_found: ['This room is not open to you', 'You may have been moved while you were away. Your rooms show where your place is now.'],
  too_many: ['This room is open in too many windows', 'Close one of the others, then try again.'],
  invalid: ['This room could not be opened', 'Go to your rooms and come in again.'],
};

/** For each phase and seat: the heading of "my panel", and the one thing to do next. */
export const STEPS = {
  lobby: {
    learner: ['You will be in the chair', 'Join the meeting and say hello. You may already write the goal you want to work on.'],
    patient: ['You will play the patient', 'Read the script when it is there. You may decline a case: tell your coach.'],
    observer: ['You will observe', 'Join the meeting and say hello. This page goes on by itself when your coach starts the round.'],
    coach: ['Welcome your group', 'When everyone is here, start the round.'],
    organiser: ['Visiting the lobby', 'Start the round if the coach needs a hand.'],
  },
  briefing: {
    learner: ['Before you begin', 'Read the brief, write one goal, then say you are ready.'],
    patient: ['Step towards the part', 'Read the script, have the opening line in mind, then say you are ready.'],
    observer: ['Choose what to watch', 'Read the brief and goal, pick up to three things, then say you are ready.'],
    coach: ['Before you begin', 'When the lights are on, begin the encounter.'],
    organiser: ['Briefing', 'They are reading the brief. The coach begins the encounter.'],
  },
  encounter: {
    learner: ['You are in the conversation', 'Talk with the patient. Stop the clock whenever it helps.'],
    patient: ['Play from the card', 'Mark what you tell, and how heard you feel.'],
    observer: ['Watch and catch', 'Catch exact words and tap what you see. Everything is saved as you go.'],
    coach: ['Watch and catch', 'Stop at a stuck point, a strong emotion or a success.'],
    organiser: ['Encounter', 'The conversation is running.'],
  },
  time_out: {
    learner: ['Time-out', 'Say what is hard just now, and where you want to get to.'],
    patient: ['Hold where you are', 'Stay as you are, in silence. Step out of role if you need to.'],
    observer: ['Time-out', 'Offer one idea, if you are asked.'],
    coach: ['Time-out', 'Ask: what is hard just now, and where do you want to get to? Then resume or rewind.'],
    organiser: ['Time-out', 'The clock is stopped.'],
  },
  notes: {
    learner: ['Rate yourself first', 'A few quiet minutes. No one sees this before you submit it.'],
    patient: ['How was it?', 'Say how it felt as the character, then submit.'],
    observer: ['Finish your notes', 'Finish the rubric, write one thing to keep and one to try, then submit.'],
    coach: ['Finish your notes', 'Finish and submit yours. Open the debrief when the others have.'],
    organiser: ['Notes', 'Everyone is writing quietly.'],
  },
  debrief: {
    learner: ['Debrief', 'You speak first. What others noticed opens as each turn comes.'],
    patient: ['Debrief', 'On your turn, speak as yourself: “when you …, I felt …”.'],
    observer: ['Debrief', 'On your turn, say one thing to keep and one to try, with the words you caught.'],
    coach: ['Debrief', 'Pass the turn when each has spoken. The learner always goes first.'],
    organiser: ['Debrief', 'They are talking it over.'],
  },
  close: {
    learner: ['One next step', 'Write one thing you will try next time. Your report is ready.'],
    patient: ['Step out of role', 'Go through the steps, one by one. Thank you for playing.'],
    observer: ['What you take home', 'Write down one thing for your own practice, if you like.'],
    coach: ['Close the round', 'Thank everyone, then start the next round.'],
    organiser: ['Close', 'The round has ended. The next can be started.'],
  },
};
