export type { Change, ChangeListener } from './changes.js';
export { Events } from './events.js';
export type { CallFinished, KeyUsed, ServerLogged, SessionStarted, Vocabulary } from './vocabulary.js';
