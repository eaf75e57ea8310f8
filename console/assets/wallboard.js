// The wallboard remembers, as long as the browser is open, which phone is the supervisor's: they change how they take
// part, and hang up, without typing it again.
(() => {
  const KEY = 'hotline-supervising-phone';
  const phone = () => document.querySelector('#supervise [name="phone"]');
  document.addEventListener('click', (event) => {
    if (!event.target.closest('[data-opens="supervise"]')) return;
    setTimeout(() => {
      const field = phone();
      if (field && !field.value) field.value = sessionStorage.getItem(KEY) || '';
    });
  });
  document.addEventListener('change', (event) => {
    if (event.target === phone()) sessionStorage.setItem(KEY, event.target.value);
  });
})();
