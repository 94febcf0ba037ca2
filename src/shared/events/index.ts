export type { Change } from './changes.js';
export { Changes } from './changes.service.js';
export { Events } from './events.js';
export { EventsModule } from './events.module.js';
export type { CallFinished, KeyUsed, ServerLogged, SessionStarted, Vocabulary } from './vocabulary.js';
