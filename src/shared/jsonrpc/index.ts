export { onOneLine, readFrame, splice, spliced, withId, type Edit, type Frame, type RequestId } from './frame.js';
export { elementsOf, fieldsOf, membersOf, parse, textOf, valueOf, type Span } from './members.js';
export { failure, notification, request, result } from './messages.js';
