// Does the method ask for a file? A folder has nothing for the others.
export const readsFiles = (method: string): boolean => method === "GET" || method === "HEAD";
