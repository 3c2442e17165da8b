// Checks of values: each takes a value and the place where it stands, and throws
// what is wrong with it.

function fail(place, want, value) {
  throw new Error(`${place} is ${JSON.stringify(value)?.slice(0, 200)}, want ${want}`);
}

const is = (want, holds) => (value, place) => {
  if (!holds(value)) fail(place, want, value);
};

export const int = is('a whole number', Number.isInteger);
export const number = is('a number', Number.isFinite);
export const text = is('a text', (v) => typeof v === 'string');
export const bool = is('true or false', (v) => typeof v === 'boolean');
export const time = is('a moment', (v) => typeof v === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(v));
export const hexID = is('32 hexadecimal digits', (v) => typeof v === 'string' && /^[0-9a-f]{32}$/.test(v));
export const nothing = is('nothing', (v) => v === undefined);
export const anything = is('anything', (v) => v !== undefined);

// exactly is one value and no other.
export const exactly = (want) => is(JSON.stringify(want), (v) => v === want);

// or is null, or what the check says.
export const or = (check) => (value, place) => {
  if (value !== null) check(value, place);
};

// all are the items of an array, of which there are at least so many.
export const all = (check, least = 1) => (value, place) => {
  if (!Array.isArray(value)) fail(place, 'an array', value);
  if (value.length < least) fail(`${place}.length`, `${least} at least`, value.length);
  value.forEach((item, n) => check(item, `${place}[${n}]`));
};

// any is like all for arrays that may be empty.
export const any = (check) => all(check, 0);

// has is an object with at least the members; further ones may be there.
export const has = (members) => (value, place) => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) fail(place, 'an object', value);
  for (const [name, check] of Object.entries(members)) {
    if (!(name in value)) fail(`${place}.${name}`, 'there', undefined);
    check(value[name], `${place}.${name}`);
  }
};
