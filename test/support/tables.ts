/** Tables that the running test file has made; each file has its own copy of this module. */
export const tablesOfThisFile: { endpoint: string; tableName: string }[] = [];
