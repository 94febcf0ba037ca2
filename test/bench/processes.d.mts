export function tree(root: number): number[];
