export function tfjsNodeExecutor(_: any): any { return undefined; }
