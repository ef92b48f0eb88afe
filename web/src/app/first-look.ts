/**
 * Sets theme, density, language and direction before the first paint, so that nothing flashes. It runs inline, and its hash is
 * in the policy of each page (`scripts/csp.mjs`); `lib/look.ts` does the same later on.
 */
export const firstLook = `(function(){
var d=document.documentElement,l={};
try{l=JSON.parse(localStorage.getItem('taskfold.look'))||{}}catch(e){}
var dark=l.theme==='dark'||(l.theme!=='light'&&matchMedia('(prefers-color-scheme: dark)').matches);
d.dataset.theme=dark?'dark':'light';
d.dataset.density=l.density==='compact'?'compact':'comfortable';
var all=['en','de','ar'],w=l.locale?[l.locale]:navigator.languages,c='en';
for(var i=0;i<w.length;i++){var t=w[i].toLowerCase().split('-')[0];if(all.indexOf(t)>=0){c=t;break}}
d.lang=c;d.dir=c==='ar'?'rtl':'ltr'})()`
