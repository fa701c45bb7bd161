{%- extends "nbgrader/gradebook_notebooks.tpl" -%}

{%- block messages -%}
<a class="btn btn-primary btn-sm" href="{{ base_url }}/formgrader/marking/{{ assignment_id | urlencode }}">Mark question by question</a>
{%- endblock -%}
