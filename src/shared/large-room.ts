/** How many bytes of large messages the process may hold at once. */
class LargeRoom {
  limit = 512 * 2 ** 20;
  private held = 0;

  get used(): number {
    return this.held;
  }

  /** @throws NoRoomError */
  take(bytes: number): void {
    if (this.held + bytes > this.limit) throw new NoRoomError();
    this.held += bytes;
  }

  give(bytes: number): void {
    this.held -= bytes;
  }
}

export class NoRoomError extends Error {
  constructor() {
    super('The gateway holds as many large messages as it may. Try again in a moment, or ask for less at once.');
  }
}

export const largeRoom = new LargeRoom();
