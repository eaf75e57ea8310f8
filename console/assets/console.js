// What the browser does by itself: clocks that tick, keys that press, dialogs, and keeping the focus when the
// server draws a part of the page anew.
(() => {
  const page = window.hotlinePage || { now: Date.now(), language: document.documentElement.lang || 'en', theme: '' };
  const ahead = page.now - Date.now();
  const root = document.documentElement;
  root.lang = page.language;
  if (page.theme) root.dataset.theme = page.theme;

  // Ages and times left. A promise is due soon in its last half hour.
  const SOON = 30 * 60 * 1000;
  const relative = new Intl.RelativeTimeFormat(page.language, { numeric: 'always', style: 'short' });
  const two = (number) => String(number).padStart(2, '0');
  const ageText = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds));
    const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
    return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  };
  const leftText = (seconds) => {
    const size = Math.abs(seconds);
    if (size < 5400) return relative.format(Math.trunc(seconds / 60), 'minute');
    if (size < 129600) return relative.format(Math.round(seconds / 3600), 'hour');
    return relative.format(Math.round(seconds / 86400), 'day');
  };
  const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };
  const tick = () => {
    const now = Date.now() + ahead;
    for (const one of document.querySelectorAll('[data-since]')) write(one, ageText((now - Date.parse(one.dataset.since)) / 1000));
    for (const one of document.querySelectorAll('[data-left]')) write(one, leftText((Date.parse(one.dataset.left) - now) / 1000));
    for (const one of document.querySelectorAll('.card[data-due]')) {
      const due = Date.parse(one.dataset.due);
      const late = now > due;
      const soon = !late && due - now < SOON;
      one.classList.toggle('late', late);
      one.classList.toggle('soon', soon);
      one.classList.toggle('early', !late && !soon);
    }
  };
  setInterval(tick, 1000);

  // Keys: Alt and a letter presses the control that shows it; by position, so that any keyboard layout works.
  document.addEventListener('keydown', (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || !event.code.startsWith('Key')) return;
    const control = document.querySelector(`[data-key="${event.code.slice(3)}"]`);
    if (control && !control.disabled) { event.preventDefault(); control.focus(); control.click(); }
  });

  // Dialogs.
  document.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-opens]');
    if (opener) {
      const dialog = document.getElementById(opener.dataset.opens);
      dialog.dataset.item = opener.dataset.item || '';
      for (const place of dialog.querySelectorAll('[data-filled]')) place.textContent = opener.dataset[place.dataset.filled] || '';
      dialog.querySelector('form').reset();
      dialog.showModal();
    }
    if (event.target.closest('[data-closes]')) event.target.closest('dialog').close();
  });
  document.addEventListener('submit', (event) => {
    if (event.target.hasAttribute('action')) return;
    event.preventDefault();
    const first = event.target.querySelector('[data-do]');
    if (first) first.click();
  });
  window.hotline = {
    asked(control) {
      const form = control.closest('form');
      if (form && !form.reportValidity()) return null;
      const dialog = control.closest('dialog');
      return {
        do: control.dataset.do,
        item: control.dataset.item || (dialog ? dialog.dataset.item : ''),
        form: form ? Object.fromEntries(new FormData(form)) : {},
      };
    },
    done() { for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close(); },
  };

  // When a part is drawn anew: tick at once, tell of new work, give the focus back.
  let focused = null;
  let told = '';
  const name = (element) => element && element.dataset && element.dataset.do ? `[data-do="${element.dataset.do}"]` + (element.dataset.item ? `[data-item="${CSS.escape(element.dataset.item)}"]` : '') : null;
  document.addEventListener('focusin', (event) => { focused = name(event.target); });
  const announcer = document.createElement('div');
  announcer.className = 'unseen';
  announcer.setAttribute('aria-live', 'assertive');
  const title = document.title;
  const drawn = () => {
    tick();
    const news = document.querySelector('[data-announce]');
    const text = news ? news.dataset.announce : '';
    if (text !== told) {
      told = text;
      write(announcer, text);
      document.title = text ? `● ${text}` : title;
    }
    if (focused && document.activeElement === document.body) {
      const again = document.querySelector(focused);
      if (again) again.focus();
    }
  };
  document.addEventListener('DOMContentLoaded', () => {
    document.body.append(announcer);
    new MutationObserver(drawn).observe(document.body, { childList: true, subtree: true });
    const lost = document.querySelector('#popup span');
    if (lost && page.lost) lost.textContent = page.lost;
    drawn();
  });
})();
