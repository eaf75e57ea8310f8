// The list of calls: the chosen one is brought into view where it lies below the list, and what was listened to shows
// in the audit line.
(() => {
  window.calls = {
    chosen() {
      const title = document.getElementById('call-title');
      if (!title) return;
      const box = title.getBoundingClientRect();
      if (box.top > window.innerHeight || box.top < 0) title.scrollIntoView({ block: 'start' });
    },
  };
  document.addEventListener('play', () => {
    setTimeout(() => {
      const again = document.querySelector('[data-do="looks"]');
      if (again) again.click();
    }, 800);
  }, true);
})();
