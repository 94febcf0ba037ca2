export class Leaver {
  constructor(project: string, key: string);
}

export function leave(leaver: Leaver, count: number): Promise<void>;
