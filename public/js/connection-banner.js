// Says when a live stream is away, when it is back, and when it will not come back because the session ended.
const BACK_SHOWN_FOR = 2000;
const banner = document.getElementById('connection');
let state = 'live';

document.addEventListener('htmx:sse:error', ({ detail }) => say(detail.status === 401 ? 'expired' : 'lost'));

document.addEventListener('htmx:sse:after:connection', () => {
  if (state === 'live') return;
  say('back');
  setTimeout(() => {
    if (state === 'back') say('live');
  }, BACK_SHOWN_FOR);
});

function say(next) {
  state = next;
  for (const text of banner.children) text.hidden = text.dataset.state !== state;
  banner.hidden = state === 'live';
}
