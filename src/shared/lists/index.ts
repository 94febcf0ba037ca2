export { Conditions } from './conditions.js';
export { type Cursor, decodeCursor, decodeUuidCursor, pageOf } from './cursor.js';
export { paging, search } from './paging.js';
export { OptionalInteger, OptionalList, OptionalRange, OptionalText, OptionalTime, PageQuery } from './query-fields.js';
export { minutesOf, type TimeWindow, windowOf } from './time-window.js';
