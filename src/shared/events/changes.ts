/** What was changed, so that compiled state is rebuilt: here at once, in other replicas by NOTIFY. */
export interface Change {
  readonly topic: 'projects' | 'api_keys' | 'servers' | 'users';
  /** `null`: of every project. */
  readonly projectId: string | null;
  /** The thing itself, where one thing changed. */
  readonly id?: string;
}

export type ChangeListener = (change: Change) => void | Promise<void>;
