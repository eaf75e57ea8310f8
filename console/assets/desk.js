// What the desk's browser does by itself: the bar of the planned time, windows that are checked while they are typed,
// notes that survive a reload, the sound and the notice of an offer, one tab of several, and a connection that is lost.
(() => {
  const page = window.hotlinePage || { now: Date.now() };
  const ahead = page.now - Date.now();
  const all = (css, within = document) => within.querySelectorAll(css);
  const one = (css, within = document) => within.querySelector(css);

  // The planned time.
  const budgets = () => {
    for (const bar of all('[data-budget]')) {
      const part = (Date.now() + ahead - Date.parse(bar.dataset.began)) / 1000 / bar.dataset.budget;
      bar.firstElementChild.style.width = `${Math.min(100, part * 100)}%`;
      bar.setAttribute('aria-valuenow', Math.min(100, Math.round(part * 100)));
      bar.classList.toggle('near', part > 0.8 && part <= 1);
      bar.classList.toggle('over', part > 1);
    }
  };
  setInterval(budgets, 1000);

  // Windows: moments by the reader's clock, sent as UTC, and checked by the server whenever they change.
  const two = (number) => String(number).padStart(2, '0');
  const written = (iso) => {
    const at = new Date(iso);
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
  };
  const hidden = (field) => one(`input[name="${field.dataset.moment}"]`, field.form);
  let asking = 0;
  const check = (area, wait) => {
    clearTimeout(asking);
    for (const field of all('[data-moment]', area)) hidden(field).value = field.value ? new Date(field.value).toISOString() : '';
    const told = one('.window-answer', area);
    asking = setTimeout(() => { told.textContent = told.dataset.waiting; one('[data-do]', area).click(); }, wait);
  };
  const fill = (area, { from, until }) => {
    const [opens, due] = all('[data-moment]', area);
    [opens.value, due.value] = [written(from), written(until)];
    for (const field of [opens, due]) hidden(field).value = new Date(field.value).toISOString();
  };
  const begin = (area) => {
    for (const field of all('[data-moment]', area)) field.value = '';
    check(area, 0);
  };
  const kinds = (form) => {
    const area = one('[data-window]', form);
    const none = form.elements.kind && form.elements.kind.value === 'when-fixed';
    if (area) area.disabled = area.hidden = Boolean(none);
    form.classList.toggle('has-no-window', Boolean(none));
  };
  window.hotlineDesk = {
    answer(html) {
      const area = one('dialog[open] [data-window]');
      if (!area) return;
      const told = one('.window-answer', area);
      told.innerHTML = html;
      for (const ends of all('[data-hour]', told)) {
        const [day, hour] = written(ends.dataset.hour).split('T');
        const begins = one('[data-at]', ends.parentElement);
        ends.textContent = written(begins.dataset.at).startsWith(day) ? hour : `${day} ${hour}`;
      }
      const fits = one('.good[data-from]', told);
      if (fits && !one('[data-moment]', area).value) fill(area, fits.dataset);
    },
  };
  document.addEventListener('input', (event) => {
    const area = event.target.matches('[data-moment]') && event.target.closest('[data-window]');
    if (area) check(area, 400);
  });
  document.addEventListener('click', (event) => {
    const taken = event.target.closest('button[data-from]');
    if (taken) { const area = taken.closest('[data-window]'); fill(area, taken.dataset); check(area, 0); }
    const opener = event.target.closest('[data-opens]');
    if (opener) setTimeout(() => {
      const dialog = document.getElementById(opener.dataset.opens);
      const form = dialog && one('form', dialog);
      if (form) kinds(form);
      const area = form && one('[data-window]', form);
      if (area && !area.disabled) begin(area);
    });
  });
  document.addEventListener('change', (event) => {
    const form = event.target.form;
    if (!form) return;
    if (event.target.name === 'kind' && one('[data-window]', form)) kinds(form);
    if (event.target.name === 'solved') solved(form);
  });

  // Notes are kept by the work's name until nothing is in hand.
  const PREFIX = 'hotline-note:';
  const solved = (form) => {
    const note = form.elements.note;
    const isSolved = form.elements.solved && form.elements.solved.value === 'yes';
    note.required = Boolean(isSolved);
    note.dataset.otherwise = note.dataset.otherwise || note.placeholder;
    note.placeholder = isSolved ? note.dataset.whenSolved : note.dataset.otherwise;
  };
  const keep = (form) => sessionStorage.setItem(PREFIX + form.dataset.keeps, JSON.stringify(Object.fromEntries(new FormData(form))));
  for (const kind of ['input', 'change']) {
    document.addEventListener(kind, (event) => {
      const form = event.target.closest('form[data-keeps]');
      if (form) keep(form);
    });
  }
  const restore = () => {
    for (const form of all('form[data-keeps]')) {
      if (form.dataset.restored) continue;
      form.dataset.restored = 'yes';
      const kept = JSON.parse(sessionStorage.getItem(PREFIX + form.dataset.keeps) || '{}');
      for (const [name, value] of Object.entries(kept)) if (form.elements[name]) form.elements[name].value = value;
      if (form.elements.solved) solved(form);
    }
    if (one('.nothing')) for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  };

  // The sound: two short tones, as loud as the agent likes; browsers allow it after the first key or click.
  const alerts = {
    volume: Number(localStorage.getItem('hotline-volume') ?? 60),
    mute: localStorage.getItem('hotline-mute') === 'yes',
  };
  let speaker = null;
  const wake = () => { speaker = speaker || new AudioContext(); if (speaker.state === 'suspended') speaker.resume(); };
  for (const kind of ['pointerdown', 'keydown']) document.addEventListener(kind, wake);
  const tone = (pitch, start) => {
    const [source, level] = [speaker.createOscillator(), speaker.createGain()];
    const loud = 0.3 * (alerts.volume / 100) ** 2;
    source.frequency.value = pitch;
    level.gain.setValueAtTime(0, start);
    level.gain.linearRampToValueAtTime(loud, start + 0.02);
    level.gain.setTargetAtTime(0, start + 0.12, 0.05);
    source.connect(level).connect(speaker.destination);
    source.start(start);
    source.stop(start + 0.4);
  };
  const sound = () => {
    document.documentElement.dataset.sounded = Number(document.documentElement.dataset.sounded || 0) + 1;
    if (!speaker || alerts.mute || !alerts.volume) return;
    tone(660, speaker.currentTime);
    tone(880, speaker.currentTime + 0.18);
  };

  // Several tabs: the oldest one speaks, the others say so. An older one that crashed does not answer any more.
  const me = { born: Date.now(), name: `${Date.now()}-${Math.random()}` };
  const tabs = new BroadcastChannel('hotline-desk');
  let elder = null;
  let answered = false;
  const isOlder = (tab) => tab.born < me.born || (tab.born === me.born && tab.name < me.name);
  const notice = (code, on) => { const said = one(`[data-notice="${code}"]`); if (said) said.hidden = !on; };
  const heed = (tab) => { elder = tab; notice('twice', Boolean(tab)); };
  tabs.addEventListener('message', ({ data: { kind, tab } }) => {
    if (kind === 'here' && isOlder(tab)) { answered = true; if (!elder) heed(tab); }
    if (kind === 'who' && !isOlder(tab)) tabs.postMessage({ kind: 'here', tab: me });
    if (kind === 'bye' && elder && elder.name === tab.name) { heed(null); tabs.postMessage({ kind: 'who', tab: me }); }
  });
  addEventListener('pagehide', () => tabs.postMessage({ kind: 'bye', tab: me }));
  addEventListener('pageshow', () => tabs.postMessage({ kind: 'who', tab: me }));
  const unlessAnElder = (act) => {
    if (!elder) { act(); return; }
    answered = false;
    tabs.postMessage({ kind: 'who', tab: me });
    setTimeout(() => { if (!answered) { heed(null); act(); } }, 300);
  };

  // An offer sounds until it is taken or gone; a notice shows it over other windows.
  let offered = '';
  let shown = null;
  let ringing = 0;
  const announce = () => {
    const news = one('[data-offer]');
    const offer = news ? news.dataset.offer : '';
    if (offer === offered) return;
    offered = offer;
    clearInterval(ringing);
    if (shown) shown.close();
    shown = null;
    if (!offer) return;
    const text = news.dataset.announce;
    unlessAnElder(() => {
      if (offer !== offered) return;
      sound();
      ringing = setInterval(sound, 5000);
      if ('Notification' in window && Notification.permission === 'granted' && !document.hasFocus()) {
        shown = new Notification(text, { tag: offer, silent: true });
        shown.onclick = () => { window.focus(); shown.close(); };
      }
    });
  };

  // The sheet about sound and notices.
  const permission = () => {
    const state = 'Notification' in window && window.isSecureContext ? Notification.permission : 'denied';
    for (const said of all('[data-permission]')) said.hidden = said.dataset.permission !== state;
    const allow = one('[data-alert="allow"]');
    if (allow) allow.hidden = state !== 'default';
    const [volume, mute] = [one('[data-alert="volume"]'), one('[data-alert="mute"]')];
    if (volume) [volume.value, mute.checked] = [alerts.volume, alerts.mute];
  };
  document.addEventListener('click', (event) => {
    const control = event.target.closest('[data-alert]');
    if (control && control.dataset.alert === 'try') { wake(); sound(); }
    if (control && control.dataset.alert === 'allow') Notification.requestPermission().then(permission);
    if (event.target.closest('[data-opens="alerts"]')) setTimeout(permission);
  });
  document.addEventListener('change', (event) => {
    if (event.target.dataset.alert === 'volume') alerts.volume = Number(event.target.value);
    if (event.target.dataset.alert === 'mute') alerts.mute = event.target.checked;
    localStorage.setItem('hotline-volume', alerts.volume);
    localStorage.setItem('hotline-mute', alerts.mute ? 'yes' : 'no');
  });
  document.addEventListener('keydown', (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== 'Slash') return;
    event.preventDefault();
    const opener = one('[data-opens="desk-keys"]');
    if (opener && !one('dialog[open]')) opener.click();
  });

  // A lost connection: what is pressed meanwhile would be done later, when it may be wrong.
  let lost = false;
  const connection = (isLost) => {
    if (isLost === lost) return;
    lost = isLost;
    document.body.classList.toggle('lost', lost);
    notice('lost', lost);
    notice('back', !lost);
    if (!lost) setTimeout(() => notice('back', false), 5000);
  };
  document.addEventListener('click', (event) => {
    if (lost && event.target.closest('[data-do]')) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);

  const drawn = () => { restore(); announce(); budgets(); };
  const start = () => {
    new MutationObserver(drawn).observe(document.body, { childList: true, subtree: true });
    const popup = document.getElementById('popup');
    const look = () => connection(popup.ariaHidden === 'false');
    if (popup) new MutationObserver(look).observe(popup, { attributes: true, attributeFilter: ['aria-hidden'] });
    addEventListener('offline', () => connection(true));
    addEventListener('online', () => { if (!popup || popup.ariaHidden !== 'false') connection(false); });
    drawn();
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start); else start();
})();
