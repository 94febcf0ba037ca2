interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export const people: Readonly<Record<'ada' | 'otto' | 'nora' | 'dora' | 'rico', Person>>;
