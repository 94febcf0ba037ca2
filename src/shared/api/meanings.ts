/** What the statuses say, where a route does not say more. */
export const MEANINGS: Readonly<Record<number, string>> = {
  200: 'Here it is.',
  201: 'It is made.',
  202: 'Not everybody has answered yet; it goes on behind.',
  204: 'It is done; there is nothing more to say.',
  400: 'The request could not be read.',
  401: 'Sign in first.',
  403: 'Your role may not do this, or a page of another site asked.',
  404: 'There is no such thing, or you may not see it.',
  413: 'The body is too large.',
  422: 'The input is not valid; `fields` says why.',
  429: 'Too many requests: wait and try again.',
};
