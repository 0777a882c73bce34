/// The page of a report. Every value is `HTML`, so all insertions are unescaped ones.
enum ReportTemplate {
    static let text = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="referrer" content="no-referrer">
        <title>{{{status}}} - Waybill {{{batch}}}</title>
        <style>{{{css}}}</style>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the report</a>
        <header class="banner {{{tone}}}"><div class="wrap">
        <p class="night">{{{site}}} &middot; {{{night}}} &middot; <span class="code">{{{batch}}}</span></p>
        <h1><span class="word">{{{icon}}}{{{status}}}</span> <span class="sentence">{{{sentence}}}</span></h1>
        </div></header>
        <main id="main">
        <div class="todo"><div class="wrap">
        <h2>Next</h2>
        {{#hasNext}}<ol>{{#next}}<li><span class="who">{{{owner}}}</span>\
        <span>{{{action}}}{{#code}} <span class="chip">{{{code}}}</span>{{/code}}</span></li>{{/next}}</ol>{{/hasNext}}
        {{^hasNext}}<p class="empty">Nobody has to do anything.</p>{{/hasNext}}
        </div></div>
        <div class="wrap">
        {{#failSafe}}<section class="alarm" aria-label="Fail-safe">
        <h2>Fail-safe engaged: booking is stopped</h2><p>{{{failSafe}}}</p></section>{{/failSafe}}
        {{#hasBroken}}<section class="alarm" aria-labelledby="broken">
        <h2 id="broken">{{{brokenTitle}}}</h2>{{#broken}}{{> table}}{{/broken}}</section>{{/hasBroken}}
        <div class="keys">
        {{#keys}}<dl class="key">
        {{#key}}<div class="{{{class}}}"><dt>{{{term}}}</dt><dd>{{{figure}}}</dd></div>
        {{/key}}
        </dl>
        {{/keys}}
        </div>
        <nav aria-label="Sections"><ul>
        {{#sections}}<li><a href="#{{{id}}}">{{{heading}}}</a></li>
        {{/sections}}
        </ul></nav>
        <section aria-labelledby="pictures-h">
        <h2 id="pictures-h">At a glance</h2>
        <div class="pictures">
        {{#columns}}<div class="column">{{#pictures}}<figure id="{{{pictureID}}}"><h3>{{{heading}}}</h3>
        {{{svg}}}
        <details><summary>{{{heading}}}: the figures</summary>{{#table}}{{> table}}{{/table}}</details>
        </figure>{{/pictures}}</div>{{/columns}}
        </div>
        </section>
        {{#sections}}<section id="{{{id}}}" aria-labelledby="{{{id}}}-h">
        <h2 id="{{{id}}}-h">{{{heading}}}</h2>
        {{#tables}}{{#folded}}<details class="card flat"><summary>{{{summary}}}</summary>{{> table}}</details>{{/folded}}\
        {{^folded}}<div class="card">{{> table}}</div>{{/folded}}
        {{/tables}}
        </section>
        {{/sections}}
        </div>
        </main>
        <footer><div class="wrap">Waybill {{{version}}} &middot; times as stated, zone {{{zone}}} &middot; \
        no patient data: references, codes, counts and dollars only</div></footer>
        </body>
        </html>

        """
}
