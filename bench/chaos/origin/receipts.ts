// What an origin received: a line for each request. Pure.

export interface Receipt {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  readonly number: number;
}

export const receiptLine = ({ at, method, number }: Receipt): string => `${at} ${method} ${number}\n`;

export function readReceipts(text: string): Receipt[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [at, method = "", number] = line.split(" ");
      return { at: Number(at), method, number: Number(number) };
    });
}
