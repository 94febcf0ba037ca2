import { expect, it } from 'vitest';
import { EventStream } from '../../../../src/servers/upstream/http/event-stream.js';

it('An event of empty lines without end is refused like any other that is too large', () => {
  const stream = new EventStream(100_000, () => undefined);
  const lines = Buffer.from('data:\n'.repeat(10_000));
  expect(() => {
    for (let count = 0; count < 100; count++) stream.feed(lines);
  }).toThrow(/larger than/);
});

it('The lines of an event are joined by line feeds, empty ones too', () => {
  const events: string[] = [];
  const stream = new EventStream(1000, (data) => events.push(data.toString()));
  stream.feed(Buffer.from('data: a\ndata:\ndata: b\n\ndata:\n\ndata:c\n\n'));
  expect(events).toEqual(['a\n\nb', 'c']);
});
