// <time data-time="full|clock|date|ago"> comes in UTC; here it becomes the browser's own time, and ages while one looks.
const REFRESH = 30_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const pad = (number, digits = 2) => String(number).padStart(digits, '0');
const day = (at) => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
const clock = (at) => `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;

const formats = {
  full: (at) => `${day(at)} ${clock(at)}`,
  clock: (at) => `${clock(at)}.${pad(at.getMilliseconds(), 3)}`,
  date: day,
  ago: relative,
};

function relative(at) {
  const difference = at.getTime() - Date.now();
  const distance = Math.abs(difference);
  if (distance < 45_000) return difference > 0 ? 'in a moment' : 'just now';
  const text =
    distance < HOUR - MINUTE / 2
      ? `${Math.round(distance / MINUTE)} min`
      : distance < DAY - HOUR / 2
        ? `${Math.round(distance / HOUR)} h`
        : days(Math.round(distance / DAY));
  return difference > 0 ? `in ${text}` : `${text} ago`;
}

const days = (number) => (number === 1 ? '1 day' : `${number} days`);

function draw(element) {
  const at = new Date(element.dateTime);
  const text = formats[element.dataset.time](at);
  if (element.textContent !== text) element.textContent = text;
  const utc = `${at.toISOString().replace('T', ' ').slice(0, 19)} UTC`;
  element.title = element.dataset.time === 'ago' ? `${formats.full(at)} (${utc})` : `${utc}, ${relative(at)}`;
}

function drawAll(root) {
  if (root.matches?.('time[data-time]')) draw(root);
  root.querySelectorAll?.('time[data-time]').forEach(draw);
}

drawAll(document);
setInterval(() => document.querySelectorAll('time[data-time="ago"]').forEach(draw), REFRESH);
new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach(drawAll))).observe(
  document.body,
  { childList: true, subtree: true },
);
