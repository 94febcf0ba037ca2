export { page, saved, type Answer } from './answer.js';
export { AnsweringAdapter } from './answering-adapter.js';
export { createViewEngine } from './engine.js';
export { ErrorsFilter } from './errors.filter.js';
export { FormView, FormViewInterceptor } from './form-view.js';
export { Responder } from './responder.js';
export { validation } from './validation.js';
