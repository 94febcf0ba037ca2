/** The people of the tests and of the seed; Ada signs up first, so she is the administrator. */
export const people = {
  ada: { name: 'Ada Admin', email: 'ada@example.com', password: 'correct horse battery staple' },
  otto: { name: 'Otto Owner', email: 'otto@example.com', password: 'a quite long pass phrase' },
  nora: { name: 'Nora Nobody', email: 'nora@example.com', password: 'another long pass phrase' },
  dora: { name: 'Dora Developer', email: 'dora@example.com', password: 'words that develop well' },
  rico: { name: 'Rico Reporter', email: 'rico@example.com', password: 'words that only report' },
};
