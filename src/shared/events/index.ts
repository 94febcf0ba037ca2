export type { Change } from './changes.js';
export { Changes } from './changes.service.js';
export { type Actor, changesOf, type Deed, Deeds, type FieldChange } from './deeds.js';
export { Events } from './events.js';
export { EventsModule } from './events.module.js';
export { type Transaction, Transactions } from './transactions.service.js';
export type { CallFinished, KeyUsed, ServerLogged, SessionStarted, Vocabulary } from './vocabulary.js';
