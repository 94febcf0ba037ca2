import { named, object, type Of, record, text } from './shape.js';

export const ErrorView = named('Error', {
  error: object(
    {
      code: text('A word for programs.', { example: 'not_found' }),
      message: text('A sentence that says what to do next.'),
      requestId: text('Tell it to the administrator when you need help.', { format: 'uuid' }),
    },
    { fields: record(text('What is wrong with the field.')) },
  ),
});
export type ErrorView = Of<typeof ErrorView>;
