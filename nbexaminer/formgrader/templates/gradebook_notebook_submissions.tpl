{%- extends "nbgrader/gradebook_notebook_submissions.tpl" -%}

{%- block messages -%}
<a class="btn btn-primary btn-sm" href="{{ base_url }}/formgrader/marking/{{ assignment_id | urlencode }}/{{ notebook_id | urlencode }}">Mark question by question</a>
{{ super() }}
{%- endblock -%}
