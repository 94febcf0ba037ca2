export { page, saved, PageAnswer, SavedAnswer, type Answer } from './answer.js';
export { AnsweringAdapter, type FrontDoor } from './answering-adapter.js';
export { createViewEngine, type ViewEngine } from './engine.js';
export { ErrorsFilter } from './errors.filter.js';
export { FormView, FormViewInterceptor } from './form-view.js';
export { Responder } from './responder.js';
export { validation } from './validation.js';
export { wanted, type Wanted } from './wants.js';
