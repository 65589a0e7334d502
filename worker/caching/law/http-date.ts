// HTTP dates in their three formats (RFC 9110 §5.6.7). The format must match exactly; letter case does not matter.

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const IMF_FIXDATE = /^[a-z]{3}, (\d{2}) ([a-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) gmt$/i;
const RFC_850 = /^[a-z]{6,9}, (\d{2})-([a-z]{3})-(\d{2}) (\d{2}):(\d{2}):(\d{2}) gmt$/i;
const ASCTIME = /^[a-z]{3} ([a-z]{3}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/i;

/** Milliseconds since 1970; undefined if the text is not a date. `now` determines the century of a two-digit year. */
export function parseHttpDate(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  const fixed = IMF_FIXDATE.exec(text);
  if (fixed) return instant(fixed[3], fixed[2], fixed[1], fixed.slice(4));
  const old = RFC_850.exec(text);
  if (old) return instant(fullYear(Number(old[3]), now), old[2], old[1], old.slice(4));
  const asctime = ASCTIME.exec(text);
  if (asctime) return instant(asctime[6], asctime[1], asctime[2], asctime.slice(3));
  return undefined;
}

export function formatHttpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

/** A year more than 50 years in the future belongs to the previous century (RFC 9110 §5.6.7). */
function fullYear(twoDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}

function instant(
  year: string | number | undefined,
  monthName: string | undefined,
  day: string | undefined,
  time: readonly string[],
): number | undefined {
  const month = MONTHS.indexOf(String(monthName).toLowerCase());
  const [hours, minutes, seconds] = [Number(time[0]), Number(time[1]), Number(time[2])];
  if (month === -1 || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const midnight = new Date(Date.UTC(Number(year), month, Number(day)));
  if (midnight.getUTCDate() !== Number(day)) return undefined; // the month has no such day
  return midnight.getTime() + ((hours * 60 + minutes) * 60 + seconds) * 1_000; // a 60th second is a leap second
}
