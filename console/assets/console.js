// What the browser does by itself: clocks that tick, times in the reader's zone, menus, keys that press, dialogs, and
// keeping the focus when the server draws a part of the page anew.
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

  // Moments by the reader's clock; the site's on hover where it shows another time.
  const clock = (zone) => {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' };
    const format = new Intl.DateTimeFormat('en-CA', { ...parts, hourCycle: 'h23', timeZone: zone });
    return (moment) => {
      const part = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
      return [`${part.year}-${part.month}-${part.day}`, `${part.hour}:${part.minute}`, `:${part.second}`];
    };
  };
  const mine = clock(undefined);
  const site = clock(page.zone);
  const place = (element, today) => {
    const moment = new Date(element.dataset.at);
    const [day, minute, second] = mine(moment);
    const [siteDay, siteMinute] = site(moment);
    const hour = 'seconds' in element.dataset ? minute + second : minute;
    write(element, day === today || 'seconds' in element.dataset ? hour : `${day} ${hour}`);
    if (page.zone && (siteDay !== day || siteMinute !== minute)) element.title = `${siteDay} ${siteMinute} (${page.zone})`;
  };

  const tick = () => {
    const now = Date.now() + ahead;
    const [today] = mine(new Date(now));
    for (const one of document.querySelectorAll('[data-at]')) place(one, today);
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

  // Menus: one open at a time (by their name); Escape, a click or the focus elsewhere closes them.
  const menus = () => document.querySelectorAll('details.menu[open]');
  const close = (menu, back) => {
    if (back) menu.querySelector('summary').focus();
    menu.open = false;
  };
  document.addEventListener('click', (event) => { for (const menu of menus()) if (!menu.contains(event.target)) close(menu); });
  document.addEventListener('focusin', (event) => { for (const menu of menus()) if (!menu.contains(event.target)) close(menu); });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') for (const menu of menus()) close(menu, menu.contains(document.activeElement));
  });

  // A choice that counts at once. On a page of the console one stays where one is, whatever its address says.
  document.addEventListener('change', (event) => {
    const form = event.target.closest('[data-submits]') && event.target.form;
    if (!form) return;
    if (!page.zone) { form.submit(); return; }
    const chosen = new URLSearchParams(new FormData(form));
    fetch(`${form.action}?${chosen}`, { redirect: 'manual' }).then(() => window.location.reload());
  });

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
      for (const said of dialog.querySelectorAll('.refused')) said.remove();
      dialog.showModal();
      const way = name(opener); // the browser gives the focus back, unless what had it was drawn anew meanwhile
      dialog.addEventListener('close', () => {
        const again = document.activeElement === document.body && document.querySelector(way);
        if (again) again.focus();
      }, { once: true });
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
      if (form && !control.formNoValidate && !form.reportValidity()) return null;
      const dialog = control.closest('dialog');
      return {
        do: control.dataset.do,
        item: control.dataset.item || (dialog ? dialog.dataset.item : ''),
        dialog: dialog ? dialog.id : '',
        form: form ? Object.fromEntries(new FormData(form)) : {},
      };
    },
    // What the server answers is about the form that was sent; another may be open by now.
    refused(id, text) {  // a message at the foot of the page lies behind an open form: say it in the form
      const dialog = document.getElementById(id);
      if (!dialog || !dialog.open) return;
      const form = dialog.querySelector('form');
      const place = form.querySelector('.refused') || document.createElement('p');
      place.className = 'fault refused';
      place.setAttribute('role', 'alert');
      place.textContent = text;
      form.insertBefore(place, form.lastElementChild);
    },
    done(id) {
      const dialog = document.getElementById(id);
      if (dialog) dialog.close();
    },
  };

  // When a part is drawn anew: tick at once, tell of new work, give the focus back.
  let focused = null;
  let told = '';
  const name = (element) => {
    const { do: asks, opens, item } = (element && element.dataset) || {};
    if (!asks && !opens) return null;
    return (asks ? `[data-do="${asks}"]` : `[data-opens="${opens}"]`) + (item ? `[data-item="${CSS.escape(item)}"]` : '');
  };
  document.addEventListener('focusin', (event) => { focused = name(event.target); });
  const announcer = document.createElement('div');
  announcer.className = 'unseen';
  announcer.setAttribute('aria-live', 'assertive');
  const title = document.title;
  const drawn = () => {
    tick();
    // NiceGUI's page is a main part around ours; who goes from landmark to landmark needs one.
    const around = document.querySelector('main.q-page:not([role])');
    if (around) around.setAttribute('role', 'presentation');
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
    const popup = document.getElementById('popup');
    if (popup && page.lost) {
      popup.firstElementChild.textContent = page.lost;
      const tell = () => write(announcer, popup.ariaHidden === 'false' ? page.lost : told);
      new MutationObserver(tell).observe(popup, { attributes: true, attributeFilter: ['aria-hidden'] });
    }
    drawn();
  });
})();
