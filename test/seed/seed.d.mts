type Query = (sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

export function demandEmpty(query: Query): Promise<void>;
export function seed(instance: { url: string; query: Query }): Promise<{ key: string }>;
