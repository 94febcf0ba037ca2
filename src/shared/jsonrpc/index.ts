export { onOneLine, parse, readFrame, splice, withId, type Edit, type Frame, type RequestId } from './frame.js';
export { elementsOf, membersOf, textOf, type Span } from './members.js';
export { failure, notification, request, result } from './messages.js';
